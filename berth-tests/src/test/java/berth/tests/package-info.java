/**
 * Tests of the whole house: what holds it up (arrows, the mission), and how it behaves on a host of its own with real
 * containers, real clients and a daemon that dies in the middle.
 */
package berth.tests;
