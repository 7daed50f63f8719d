/** Which driver does what. */
package berth.engine.driver;
