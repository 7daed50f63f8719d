/**
 * The store in one SQLite file.
 *
 * <p>In: documents, guards. Out: revisions, changes; {@link berth.model.Refused} when the disk or the file is bad. Knows
 * nothing of: what the documents say.
 */
package berth.driver.embedded;
