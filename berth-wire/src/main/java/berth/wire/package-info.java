/**
 * LXD's words: one record per JSON body, its components in LXD's order. A component is spelled in Java's way and stands
 * for the snake_case key; where LXD departs from that, an annotation says so. Bodies of requests have nullable
 * components, since a client may leave any key out or send {@code null}; bodies of answers have them where LXD sends
 * {@code null}, or leaves the key out when empty.
 *
 * <p>In and out: nothing but values. No defaults, no checks, no logic. Knows nothing of: our own words, HTTP.
 */
package berth.wire;
