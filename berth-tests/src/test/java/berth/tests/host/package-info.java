/** Where the daemon and its peer run: namespaces made for a test, gone after it. */
package berth.tests.host;
