/** One class for each thing that can happen to a storage pool. */
package berth.engine.storage;
