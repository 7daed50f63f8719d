package berth.plan;

import static berth.plan.Worlds.applied;
import static berth.plan.Worlds.fresh;
import static berth.plan.Worlds.outcome;
import static berth.plan.Worlds.plan;
import static berth.plan.Worlds.site;
import static berth.plan.Worlds.withDaemon;
import static org.assertj.core.api.Assertions.assertThat;

import berth.model.Declared;
import berth.model.wanted.DriftPolicy;
import berth.model.wanted.Finding;
import berth.model.wanted.OnDrift;
import berth.model.wanted.Spec;
import berth.model.wanted.WantedServer;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** The daemon's own settings are planned key by key, as all else is. */
class ServerTest {
    private static final String INTERVAL = "images.auto_update_interval";

    private static Spec saying(OnDrift onDrift, String... keysAndValues) {
        var config = new TreeMap<String, String>();
        for (int i = 0; i < keysAndValues.length; i += 2) {
            config.put(keysAndValues[i], keysAndValues[i + 1]);
        }
        Spec site = site();
        return new Spec(
                site.site(),
                site.pools(),
                site.networks(),
                site.images(),
                site.profiles(),
                site.instances(),
                new WantedServer(config, onDrift, Worlds.HERE),
                site.origins(),
                site.kept());
    }

    private static Spec saying(String... keysAndValues) {
        return saying(OnDrift.UNSAID, keysAndValues);
    }

    private static Change.OfServer change(Plan plan) {
        return (Change.OfServer) plan.changes().stream()
                .filter(it -> it instanceof Change.OfServer)
                .findFirst()
                .orElseThrow();
    }

    private static Declared held(World world) {
        return Objects.requireNonNull(world.host().daemon().declared());
    }

    @Test
    void changes_what_is_said_and_leaves_the_rest() {
        Change.OfServer change =
                change(plan(saying(INTERVAL, "12"), withDaemon(fresh(), Map.of("user.note", "x"), null)));
        assertThat(change.keys())
                .containsExactly(new KeyChange(
                        INTERVAL, "6", "12", Verdict.LIVE, "A47", "the daemon's own; no guest feels it", Cause.FILE));
        assertThat(change.config()).containsEntry(INTERVAL, "12").containsEntry("user.note", "x");
    }

    @Test
    void plans_nothing_when_all_is_so_already() {
        Spec site = saying(INTERVAL, "6", "core.https_address", "", "core.proxy_http", "http://p");
        assertThat(plan(site, applied(site)).isEmpty()).isTrue();
        assertThat(change(plan(site, fresh())).config()).containsOnlyKeys("core.proxy_http");
    }

    @Test
    void puts_right_what_somebody_changed_unless_it_is_to_be_left() {
        Spec site = saying(INTERVAL, "12");
        World changed = withDaemon(applied(site), Map.of(INTERVAL, "3"), held(applied(site)));
        assertThat(change(plan(site, changed)).keys().getFirst().cause()).isEqualTo(Cause.DRIFT);
        Spec left = saying(new OnDrift(new TreeMap<>(Map.of("", DriftPolicy.REPORT))), INTERVAL, "12");
        World reported = withDaemon(applied(left), Map.of(INTERVAL, "3"), held(applied(left)));
        assertThat(plan(left, reported).isEmpty()).isTrue();
        assertThat(plan(left, reported).drifted()).extracting(Drifted::found).containsExactly("3");
    }

    @Test
    void lets_go_of_what_leaves_the_file() {
        World before = withDaemon(
                applied(saying(INTERVAL, "12", "user.a", "1")),
                Map.of(INTERVAL, "12", "user.a", "1", "user.other", "2"),
                held(applied(saying(INTERVAL, "12", "user.a", "1"))));
        Change.OfServer one = change(plan(saying("user.a", "1"), before));
        assertThat(one.config()).containsOnlyKeys("user.a", "user.other");
        assertThat(one.keys()).extracting(KeyChange::to).containsExactly("6");
        Plan all = plan(site(), before);
        assertThat(change(all).config()).containsOnlyKeys("user.other");
        assertThat(change(all).declared()).isNull();
        assertThat(plan(site(), outcome(all, before)).isEmpty()).isTrue();
    }

    @Test
    void refuses_settings_that_another_site_declares() {
        Spec site = saying(INTERVAL, "12");
        Spec other = new Spec(
                "other",
                new TreeMap<>(),
                new TreeMap<>(),
                new TreeMap<>(),
                new TreeMap<>(),
                new TreeMap<>(),
                site.server(),
                new TreeMap<>(),
                new TreeMap<>());
        assertThat(plan(other, applied(site)).findings())
                .extracting(Finding::text)
                .containsExactly("belongs to site site (berth.yaml:1); choose another name, or take it out there");
        assertThat(plan(Spec.empty("other"), applied(site)).isEmpty()).isTrue();
    }
}
