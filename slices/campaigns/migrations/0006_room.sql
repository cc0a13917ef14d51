-- The places of a day are given out by messages, to campaigns and journeys alike.
DROP TABLE campaign_room;
