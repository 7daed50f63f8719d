/**
 * What is not as it should be and nobody was there to be told.
 *
 * <p>In: troubles as they are met, objects that go. Out: documents. Knows nothing of: what raises them.
 */
package berth.engine.warning;
