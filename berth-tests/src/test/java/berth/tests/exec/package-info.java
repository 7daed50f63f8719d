/** Commands in real guests: every byte, every exit code, whoever goes away. */
package berth.tests.exec;
