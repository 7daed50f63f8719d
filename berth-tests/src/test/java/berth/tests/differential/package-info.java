/** The same requests to Debian's LXD and to Berth, and what may differ. */
package berth.tests.differential;
