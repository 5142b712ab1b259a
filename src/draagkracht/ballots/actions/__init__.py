"""Acts of this room: tickets are issued, voting opens, a ticket is signed for, a ballot falls into the box, voting closes."""
