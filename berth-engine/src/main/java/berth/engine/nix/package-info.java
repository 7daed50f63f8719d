/**
 * The host's Nix store, for guests whose system is a thing of it.
 *
 * <p>In: paths that people write. Out: the system that they lead to, what a guest is shown of the store, and links that
 * keep its systems from being collected. Knows nothing of: how a system is built, drivers.
 */
package berth.engine.nix;
