/** Many clients at once while the daemon is killed again and again (R3). */
package berth.tests.storm;
