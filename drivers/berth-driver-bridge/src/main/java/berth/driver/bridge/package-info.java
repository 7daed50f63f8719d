/**
 * Managed bridges: the interface by {@code ip}, rules by {@code nft}, addresses and names by {@code dnsmasq}.
 *
 * <p>In: networks whose configuration was completed, cards of guests. Out: interfaces, one nftables table and one dnsmasq
 * for each network; {@link berth.model.Refused}. Knows nothing of: instances, the engine.
 */
package berth.driver.bridge;
