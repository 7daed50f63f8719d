/**
 * One class for each thing that can happen to an instance.
 *
 * <p>In: requests from the door, changes of an applied plan, exits that drivers noticed. Out: driver calls (as steps),
 * documents, events. Knows nothing of: HTTP, JSON, which drivers exist.
 */
package berth.engine.instance;
