/**
 * The sockets that drivers and stores plug into. Every verb blocks until the thing is so and, unless it says otherwise,
 * may safely be called twice: what is so already is no error.
 *
 * <p>In: calls from the engine. Out: nothing but their results and {@link berth.model.Refused}. Knows nothing of: HTTP,
 * the engine, which drivers exist.
 */
package berth.spi;
