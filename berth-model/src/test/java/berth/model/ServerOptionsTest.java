package berth.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ServerOptionsTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "images.auto_update_interval|12|12",
                "images.auto_update_interval|6|''",
                "images.auto_update_cached|1|''",
                "images.auto_update_cached|OFF|false",
                "images.compression_algorithm|zstd -9|zstd -9",
                "images.default_architecture|aarch64|aarch64",
                "cluster.max_voters|5|5",
                "cluster.images_minimal_replica|-1|-1",
                "core.remote_token_expiry|1d 2H|1d 2H",
                "core.proxy_http|http://proxy:3128|http://proxy:3128",
                "core.https_address|''|''",
                "user.anything|x|x"
            })
    void keeps_what_is_no_default(String key, String value, String kept) {
        assertThat(ServerOptions.checked(Map.of(key, value))).containsExactly(Map.entry(key, kept));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "nope|1|unknown key",
                "images.nope|''|unknown key",
                "images.auto_update_intervall|1|unknown key (did you mean images.auto_update_interval?)",
                "images.auto_update_interval|x|invalid integer",
                "images.auto_update_interval|99999999999999999999|invalid integer",
                "images.auto_update_cached|maybe|invalid boolean",
                "images.compression_algorithm|foo|Invalid compression algorithm \"foo\"",
                "images.compression_algorithm|gzip --rsyncable|Invalid compression algorithm \"gzip --rsyncable\"",
                "cluster.offline_threshold|10|Value must be greater than '10'",
                "cluster.images_minimal_replica|0|Invalid value for image replica count",
                "cluster.max_voters|4|Value must be an odd number equal to or higher than 3",
                "cluster.max_standby|6|Value must be between 0 and 5",
                "core.remote_token_expiry|x|Invalid expiry expression",
                "core.https_address|:8443|this server does not have it yet"
            })
    void refuses_what_cannot_be_as_lxd_words_it(String key, String value, String why) {
        assertThatThrownBy(() -> ServerOptions.checked(Map.of(key, value)))
                .hasMessage("cannot set '" + key + "' to '" + value + "': " + why);
    }

    @Test
    void are_all_on_their_page_with_their_defaults() throws IOException {
        String page = Files.readString(Path.of("..", "docs", "server-settings.md"));
        assertThat(ServerOptions.defaults())
                .allSatisfy((key, fallback) -> assertThat(page)
                        .containsPattern("\\| `" + key.replace(".", "\\.") + "` \\| " + fallback + " ?\\| "
                                + (ServerOptions.isAbsent(key) ? "refused" : "kept") + " \\|"));
    }
}
