package berth.steps;

import java.util.UUID;

/**
 * A list of steps that is done whole or not at all, as the journal remembers it.
 *
 * @param id chosen by whoever asks; a second run of the same id is the same run
 * @param kind which use-case rebuilds the steps from the request after a crash, for instance {@code create instance}
 * @param subject what it is about, for people and for refusing two runs on one thing: {@code instance default/web1}
 * @param request everything the steps need, as text (JSON), all choices made
 */
public record Run(UUID id, String kind, String subject, String request) {}
