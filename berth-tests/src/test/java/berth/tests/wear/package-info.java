/** What time and trouble do to a daemon: descriptors and memory that leak, helpers that die, tools that hang, full disks. */
package berth.tests.wear;
