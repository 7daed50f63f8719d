/**
 * HTTP, and the only room that knows which library speaks it: requests come out as {@link berth.rest.http.Exchange},
 * answers go in as {@link berth.rest.http.Reply}, and a table of {@link berth.rest.http.Route} says who answers what.
 *
 * <p>In: a unix socket. Out: calls of the routes. Knows nothing of: instances, LXD's objects, the engine.
 */
package berth.rest.http;
