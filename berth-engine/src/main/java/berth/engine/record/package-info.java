/** Documents of the store as typed values, and runs of steps as documents. */
package berth.engine.record;
