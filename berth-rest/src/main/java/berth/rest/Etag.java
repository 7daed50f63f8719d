package berth.rest;

import berth.model.Problem;
import berth.model.Refused;
import berth.rest.http.Exchange;
import berth.rest.http.Json;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;

/** A digest of what a client may change about an object: it changes exactly when that does. */
record Etag(String hash) {
    /** The digest of these values, in this order. */
    static Etag of(Object... values) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(Json.bytes(Arrays.asList(values)));
            return new Etag(HexFormat.of().formatHex(digest));
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    /** As the header has it. */
    String quoted() {
        return "\"" + hash + "\"";
    }

    /** Refuses with 412 a request whose If-Match is another one; an empty or absent one is no check. */
    void check(Exchange exchange) {
        String wanted = exchange.header("If-Match").orElse("").strip();
        String bare = wanted.length() >= 2 && wanted.startsWith("\"") && wanted.endsWith("\"")
                ? wanted.substring(1, wanted.length() - 1)
                : wanted;
        if (!bare.isEmpty() && !bare.equals(hash)) {
            throw new Refused(new Problem.Outdated("ETag doesn't match: " + hash + " vs " + bare));
        }
    }
}
