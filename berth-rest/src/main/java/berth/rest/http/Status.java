package berth.rest.http;

import berth.model.Problem;

/** Which HTTP status a problem has: the only place that knows (reference: LXD's generic mapping). */
public final class Status {
    private Status() {}

    /** The status. */
    public static int of(Problem problem) {
        return switch (problem) { // no default: a new problem does not compile until it has a status
            case Problem.Invalid _, Problem.InUse _ -> 400;
            case Problem.Forbidden _ -> 403;
            case Problem.Missing _ -> 404;
            case Problem.Taken _ -> 409;
            case Problem.Outdated _ -> 412;
            case Problem.Failed _, Problem.DriverFailed _ -> 500;
            case Problem.Unsupported _ -> 501;
            case Problem.Unavailable _ -> 503;
        };
    }
}
