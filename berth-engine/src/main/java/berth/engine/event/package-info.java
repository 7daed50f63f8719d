/** What happened, told to whoever listens, in order. */
package berth.engine.event;
