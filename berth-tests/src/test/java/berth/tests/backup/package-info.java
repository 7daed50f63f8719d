/** Backups: out of one daemon and into another, also LXD's. */
package berth.tests.backup;
