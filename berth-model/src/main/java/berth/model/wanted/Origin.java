package berth.model.wanted;

/**
 * Where something is written.
 *
 * @param file as the reader was told it, {@code ""} for none
 * @param line from 1
 * @param column from 1
 */
public record Origin(String file, int line, int column) implements Comparable<Origin> {
    @Override
    public int compareTo(Origin other) {
        int byFile = file.compareTo(other.file);
        int byLine = byFile != 0 ? byFile : Integer.compare(line, other.line);
        return byLine != 0 ? byLine : Integer.compare(column, other.column);
    }

    @Override
    public String toString() {
        return file + ":" + line + ":" + column;
    }
}
