package berth.steps;

/** A step after whose beginning the run is only ever finished, never undone: what it removes is gone. */
record PointOfNoReturn(String name, Runnable work) implements Step {
    @Override
    public void run() {
        work.run();
    }

    @Override
    public boolean marked() {
        return true;
    }

    @Override
    public void undo() {
        throw new IllegalStateException("the step \"" + name + "\" cannot be taken back");
    }
}
