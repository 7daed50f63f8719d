package berth.engine.session;

/**
 * A session as it is shown.
 *
 * @param viewers how many look at it now
 * @param writers how many of those may type
 * @param columns width of its terminal
 * @param rows height of its terminal
 */
public record SessionView(SessionRecord record, int viewers, int writers, int columns, int rows) {}
