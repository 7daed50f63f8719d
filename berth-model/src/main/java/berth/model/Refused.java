package berth.model;

/** Expected trouble, on its way to whoever asked. A broken promise inside Berth is some other unchecked exception. */
public final class Refused extends RuntimeException {
    private final transient Problem problem;

    /** Refuses with a problem that carries the facts. */
    public Refused(Problem problem) {
        super(problem.text());
        this.problem = problem;
    }

    /** Refuses with a problem, keeping what led to it for the log. */
    public Refused(Problem problem, Throwable cause) {
        super(problem.text(), cause);
        this.problem = problem;
    }

    /** What went wrong, for the door to translate. */
    public Problem problem() {
        return problem;
    }

    /** Bad input: 400. */
    public static Refused invalid(String text) {
        return new Refused(new Problem.Invalid(text));
    }

    /** Not there: 404. */
    public static Refused missing(String text) {
        return new Refused(new Problem.Missing(text));
    }

    /** Good request, bad outcome: 500. */
    public static Refused failed(String text) {
        return new Refused(new Problem.Failed(text));
    }

    /** A driver or tool failed: 500. */
    public static Refused driver(String driver, String action, String detail) {
        return new Refused(new Problem.DriverFailed(driver, action, detail));
    }
}
