package berth.model.wanted;

/**
 * What a guest runs that has no image: a system made by Nix.
 *
 * @param how what is said of it
 * @param place the path on the host that was said; a module that stands in a file of the site is {@code nix:} and its keys
 * @param nixpkgs what a module is built with, as it was said; empty for what the host has
 */
public record GuestSystem(How how, String place, String nixpkgs) {
    /** How it is said, by the key of the file. */
    public enum How {
        /** Built already: a path of the store, or a link to one. */
        PATH("path"),
        /** A NixOS module that has to be built. */
        CONFIG("system-config");

        private final String key;

        How(String key) {
            this.key = key;
        }

        /** The key. */
        public String key() {
            return key;
        }
    }
}
