/** The roof: reads settings, assembles the house, opens the door. No logic of its own. */
package berth.daemon;
