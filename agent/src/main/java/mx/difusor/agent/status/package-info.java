/** HTTP: JSON, metrics, the page for people. The only user of the server library. */
@NullMarked
package mx.difusor.agent.status;

import org.jspecify.annotations.NullMarked;
