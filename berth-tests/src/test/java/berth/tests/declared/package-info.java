/** Sites come true with real guests. */
package berth.tests.declared;
