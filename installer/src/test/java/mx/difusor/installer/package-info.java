/** Tests of what the installer packages ship. */
@org.jspecify.annotations.NullMarked
package mx.difusor.installer;
