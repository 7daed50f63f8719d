/**
 * Whatever dies wherever, it is done or undone afterwards and nothing is left over (R1, R2, R6): the steps there are to
 * die at are learned from the daemon itself.
 */
package berth.tests.crash;
