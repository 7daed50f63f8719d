/**
 * Do and undo. Every change to the outside world is a {@link berth.steps.Step}; every step is written down before it
 * begins, so that whatever dies wherever, the next daemon finishes or undoes it.
 *
 * <p>In: lists of steps. Out: entries in a {@link berth.steps.Journal}. Knows nothing of: what the steps do.
 */
package berth.steps;
