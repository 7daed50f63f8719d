/** Files in instances, over the API of the real daemon. */
@org.jspecify.annotations.NullMarked
package berth.tests.files;
