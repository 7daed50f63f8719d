/** What a guest can ask about itself, from real guests. */
@org.jspecify.annotations.NullMarked
package berth.tests.guest;
