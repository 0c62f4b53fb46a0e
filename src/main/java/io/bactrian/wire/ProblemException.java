package io.bactrian.wire;

/** A request ended in a problem. Thrown on the target where it occurs, and on the source when it arrives. */
public final class ProblemException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient Problem problem;

    public ProblemException(Problem problem) {
        super(problem.detail().startsWith(problem.title()) ? problem.detail() : problem.title() + ": " + problem.detail());
        this.problem = problem;
    }

    public Problem problem() {
        return problem;
    }
}
