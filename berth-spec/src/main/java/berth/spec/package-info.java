/**
 * From text to the normal form, each value with its place in a file. Pure: reads no file, asks no host.
 *
 * <p>In: the text of a site's files. Out: a {@link berth.model.wanted.Spec}, or findings with file, line and column.
 * Knows nothing of: what exists, drivers, who asks.
 */
package berth.spec;
