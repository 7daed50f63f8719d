package berth.steps;

/** A step that can be taken back. */
record TwoWays(String name, Runnable work, Runnable back, boolean marked) implements Step {
    @Override
    public void run() {
        work.run();
    }

    @Override
    public void undo() {
        back.run();
    }
}
