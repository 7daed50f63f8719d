package berth.plan;

/**
 * An object of the world.
 *
 * @param kind {@code pool}, {@code network}, {@code image}, {@code profile} or {@code instance}
 */
public record Target(String kind, String name) implements Comparable<Target> {
    /** Written {@code kind:name}. */
    @Override
    public String toString() {
        return kind + ":" + name;
    }

    @Override
    public int compareTo(Target other) {
        int byKind = kind.compareTo(other.kind);
        return byKind != 0 ? byKind : name.compareTo(other.name);
    }
}
