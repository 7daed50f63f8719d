/**
 * One class for each thing that can happen. Every change runs as journaled steps ({@link berth.engine.record.Runs}).
 *
 * <p>In: requests from the door, changes of an applied plan, exits that drivers noticed. Out: driver calls (as steps),
 * documents in the store, events. Knows nothing of: HTTP, LXD's JSON, which drivers exist.
 */
package berth.engine;
