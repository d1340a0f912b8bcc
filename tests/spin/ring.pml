/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Model of a ring's protocol (struct tt_memstat_ring in uapi/tt_memstat.h): two producers, the drain
 * and a reader, with 2 slots and positions that wrap at 16.
 *
 * Accesses ordered by the release and acquire of seq are separate steps, in that order. In every
 * interleaving, spin checks that each entry is taken once, complete and in its producer's order; that
 * no slot is written before its old entry is taken; that a reader sees all entries that were published
 * before its request, unless an earlier slot was only claimed; and that no process is stuck.
 *
 * DIES: the first producer may die between claim and publish. FAULT_SEQ, FAULT_CREDIT, FAULT_CLAIM:
 * faults that the checks must find.
 */
#define ENTRIES	2
#define EACH	2		/* entries of a producer */
#define START	14		/* positions wrap while they are taken */
#define AFTER(p)	(((p) + 1) & 15)
#define MINUS(a, b)	(((a) - (b)) & 15)
#define IS_AFTER(a, b)	(MINUS(a, b) > 0 && MINUS(a, b) < 8)

byte tail = START, head = START, credit = (START + ENTRIES) & 15;
byte seq[ENTRIES] = START;	/* no position + 1 */
byte value[ENTRIES];		/* 1 + producer * EACH + number */
byte taken[2];			/* entries of a producer in the books */
bool asked, serving, served;	/* the reader has; a drain that began after that runs; has ended */
byte done;			/* producers that have ended */
bool dead;

proctype producer(byte me)
{
	byte n = 0, p, c;

	do
	:: n == EACH -> break
	:: n < EACH ->
claim:
		p = tail;
		c = credit;
		if
		:: !IS_AFTER(c, p) ->
			/* The ring is full: the drain gives credit, unless a slot is never published. */
			if
			:: credit != c || tail != p -> goto claim
			:: dead -> goto out
			fi
		:: else
		fi;
#ifdef FAULT_CLAIM
		tail = AFTER(p);
#else
		atomic {
			if
			:: tail == p -> tail = AFTER(p)
			:: else -> goto claim
			fi
		}
#endif
#ifdef DIES
		if
		:: me == 0 -> dead = true; goto out
		:: true
		fi;
#endif
		assert(MINUS(p, head) < ENTRIES);
#ifdef FAULT_SEQ
		seq[p % ENTRIES] = AFTER(p);
		value[p % ENTRIES] = 1 + me * EACH + n;
#else
		value[p % ENTRIES] = 1 + me * EACH + n;
		seq[p % ENTRIES] = AFTER(p);
#endif
		n++
	od;
out:
	done++
}

/* Take the published entries up to tail, then publish head and credit. */
proctype drain()
{
	byte end, v;

	do
	:: tail != head || (asked && !served) ->
		atomic { serving = asked; end = tail };
		assert(MINUS(end, head) <= MINUS(credit, head));
		do
		:: IS_AFTER(end, head) && seq[head % ENTRIES] == AFTER(head) ->
			v = value[head % ENTRIES];
			atomic {
				assert(v > 0 && (v - 1) % EACH == taken[(v - 1) / EACH]);
				taken[(v - 1) / EACH]++;
				value[head % ENTRIES] = 0;
				v = 0
			};
			head = AFTER(head)
		:: else -> break
		od;
#ifdef FAULT_CREDIT
		credit = (head + ENTRIES + 1) & 15;
#else
		credit = (head + ENTRIES) & 15;
#endif
		atomic { served = served || serving; end = 0 };
		/* A producer that has died holds the ring up. */
		if
		:: dead && done == 2 && served -> break
		:: else
		fi
	:: done == 2 && tail == head && served -> break
	od
}

proctype reader()
{
	byte ask;

	/* How far all is published when it asks. */
	atomic {
		ask = head;
		do
		:: MINUS(ask, head) < ENTRIES && ask != tail && seq[ask % ENTRIES] == AFTER(ask) ->
			ask = AFTER(ask)
		:: else -> break
		od;
		asked = true
	};
	atomic { served -> assert(!IS_AFTER(ask, head)) }
}

init {
	atomic {
		run producer(0);
		run producer(1);
		run drain();
		run reader()
	};
	/* In the end all is taken, but for what stands behind the slot of the dead. */
	_nr_pr == 1;
	assert(dead || (tail == head && taken[0] == EACH && taken[1] == EACH))
}
