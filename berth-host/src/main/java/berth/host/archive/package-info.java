/**
 * Archives that strangers made: looked into within limits, and unpacked where they can harm nothing.
 *
 * <p>Nothing in an archive is trusted. What is unpacked first goes, entry by entry, through {@link
 * berth.host.archive.TarReader} and {@link berth.host.archive.EntryRules}; the program that writes files then runs
 * {@link berth.host.archive.Confined}. Knows nothing of: images as LXD sees them, the store.
 */
package berth.host.archive;
