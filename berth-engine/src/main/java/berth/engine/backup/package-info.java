/** Backups as files: where they lie, how they are packed, what their index says. Knows no use-case. */
package berth.engine.backup;
