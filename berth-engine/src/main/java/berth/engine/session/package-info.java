/**
 * Commands and terminals that go on without whoever looks at them.
 *
 * <p>In: a command to hold, viewers that come and go. Out: what was said, kept for those who come later; how it ended.
 * Knows nothing of: websockets, HTTP, drivers.
 */
package berth.engine.session;
