/** One class for each thing that can happen to a profile. */
package berth.engine.profile;
