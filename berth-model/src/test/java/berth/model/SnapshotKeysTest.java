package berth.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SnapshotKeysTest {
    private static final Instant NOON = Instant.parse("2026-01-31T12:00:30Z");
    private static final ZoneId UTC = ZoneOffset.UTC;

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "1S|2026-01-31T12:00:31Z",
                "1M 2H|2026-01-31T14:01:30Z",
                "3d|2026-02-03T12:00:30Z",
                "1w|2026-02-07T12:00:30Z",
                "1m|2026-02-28T12:00:30Z",
                "1y|2027-01-31T12:00:30Z"
            })
    void an_expiry_is_counted_by_the_calendar(String text, Instant end) {
        assertThat(new SnapshotExpiry(text).after(NOON, UTC)).isEqualTo(end);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "1", "d", "1d 2d", "1D", "-1d", "1d2H", "1d  2H", "9999999d"})
    void an_expiry_that_is_none_is_refused(String text) {
        assertThatThrownBy(() -> new SnapshotExpiry(text)).isInstanceOf(Refused.class);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "@hourly|2026-01-31T13:00:00Z",
                "@daily|2026-02-01T00:00:00Z",
                "@midnight|2026-02-01T00:00:00Z",
                "@weekly|2026-02-01T00:00:00Z",
                "@monthly|2026-02-01T00:00:00Z",
                "@yearly|2027-01-01T00:00:00Z",
                "@annually, @hourly|2026-01-31T13:00:00Z",
                "@startup, @daily|2026-02-01T00:00:00Z",
                "* * * * *|2026-01-31T12:01:00Z",
                "*/15 * * * *|2026-01-31T12:15:00Z",
                "30 6 * * mon-fri|2026-02-02T06:30:00Z",
                "0 0 29 2 *|2028-02-29T00:00:00Z",
                "0 0 13 * 5|2026-02-06T00:00:00Z",
                "5,10 4-5 * mar *|2026-03-01T04:05:00Z",
                "0 0 * * 7|2026-02-01T00:00:00Z"
            })
    void a_schedule_says_when_it_is_due_next(String text, Instant next) {
        assertThat(SnapshotSchedule.of(text).after(NOON, UTC)).contains(next);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "@never", "@daily, @never", "@startup", "0 0 30 2 *"})
    void a_schedule_may_be_never_due(String text) {
        assertThat(SnapshotSchedule.of(text).after(NOON, UTC)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "@often",
                "daily",
                "* * * *",
                "60 * * * *",
                "* 24 * * *",
                "* * 0 * *",
                "5-1 * * * *",
                "*/0 * * * *",
                "1/2/3 * * * *",
                "@daily @weekly",
                "* * * foo *",
                ", * * * *"
            })
    void a_schedule_that_is_none_is_refused(String text) {
        assertThatThrownBy(() -> SnapshotSchedule.of(text)).isInstanceOf(Refused.class);
    }

    @Test
    void a_time_that_the_clock_skips_in_spring_is_due_after_it() {
        var berlin = ZoneId.of("Europe/Berlin");
        Instant before = Instant.parse("2026-03-28T22:00:00Z");
        assertThat(SnapshotSchedule.of("30 2 * * *").after(before, berlin))
                .contains(Instant.parse("2026-03-30T00:30:00Z"));
        assertThat(SnapshotSchedule.of("@hourly").after(Instant.parse("2026-03-29T00:30:00Z"), berlin))
                .contains(Instant.parse("2026-03-29T01:00:00Z"));
    }

    @Test
    void a_pattern_counts_on_from_the_highest_number() {
        assertThat(SnapshotPattern.USUAL.name(NOON, UTC, List.of())).isEqualTo("snap0");
        assertThat(SnapshotPattern.USUAL.name(NOON, UTC, List.of("snap0", "snap7", "snapx", "other9")))
                .isEqualTo("snap8");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '~',
            quoteCharacter = '`',
            value = {
                "{{ creation_date|date:'2006-01-02' }}~2026-01-31",
                "{{creation_date|date:'2006-01-02_15-04-05'}}~2026-01-31_12-00-30",
                "auto-{{ creation_date|date:\"Jan2-06\" }}-%d~auto-Jan31-26-0",
                "{{ creation_date }}~2026-01-31_12-00-30",
                "plain~plain"
            })
    void a_pattern_may_hold_the_date(String pattern, String name) {
        assertThat(new SnapshotPattern(pattern).name(NOON, UTC, List.of())).isEqualTo(name);
    }

    @Test
    void a_name_that_is_taken_is_counted_on() {
        assertThat(new SnapshotPattern("daily").name(NOON, UTC, List.of("daily", "daily-0")))
                .isEqualTo("daily-1");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "a b",
                "../up",
                "a/b",
                "%d%d",
                "{{ creation_date|date:'2006/01/02' }}",
                "{% include '/etc/shadow' %}",
                "{{ '/etc/passwd'|file }}",
                "{{ creation_date|date:'2006' }}{{ x }}",
                "{{ creation_date|date:'{{ x }}' }}"
            })
    void a_pattern_reads_nothing_and_makes_names_only(String pattern) {
        assertThatThrownBy(() -> new SnapshotPattern(pattern)).isInstanceOf(Refused.class);
    }
}
