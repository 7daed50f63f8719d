/** The least client that can say anything to a door, right or wrong. */
package berth.tests.http;
