package berth.rest;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;

/** The names of the API extensions that are true of us: clients switch features on by them. */
final class ApiExtensions {
    private ApiExtensions() {}

    static List<String> announced() {
        try (var lines = new BufferedReader(new InputStreamReader(
                Objects.requireNonNull(ApiExtensions.class.getResourceAsStream("api-extensions.txt")),
                StandardCharsets.UTF_8))) {
            return lines.lines()
                    .map(String::strip)
                    .filter(it -> !it.isEmpty() && !it.startsWith("#"))
                    .toList();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }
}
