/**
 * The same work against any doors that speak the LXD API, in turn, and how long each took. Plain Java on plain sockets: no
 * library of ours or of others stands between the clock and the door.
 */
package berth.bench;
