package berth.engine.template;

/** A part of a template that can be written out. */
@FunctionalInterface
interface Block {
    /** Writes it, with the values that hold there. */
    void write(Scope scope, StringBuilder out);
}
