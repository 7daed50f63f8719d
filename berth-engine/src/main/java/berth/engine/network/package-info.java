/** One class for each thing that can happen to a network. */
package berth.engine.network;
