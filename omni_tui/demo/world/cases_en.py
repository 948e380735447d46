"""What English-speaking customers write about. The notation is described in ``script``."""

from __future__ import annotations

CASES = """
== lost 10 delivery
? Where is my parcel {tracking}?
? Order {order} never arrived
? {order}: tracking stuck for a week
? Parcel marked delivered, nothing here
> I ordered the {product} on {date} and the tracking for {tracking} has not moved since it left the depot in
{city}. The carrier tells me to ask the sender. Could you find out where it is?
| According to the tracking page order {order} was delivered on {date}, but nobody in the house has it and my
neighbours have not seen it either. We leave for the mountains on Saturday and I need the {product} for that.
| It has been nine working days. Confirmation mail, payment, all fine, then silence. The tracking number you
sent me ({tracking}) only ever says "label created". Is my {product} actually on its way?
< I have opened a trace with the carrier for {tracking}. They answer within two working days. If it has not
turned up by then I will send a second {product} straight away, you do not need to do anything.
> Thank you for the quick answer. Still nothing today, and the trace page now says "investigation closed". What
happens next?
< The carrier considers it lost. A replacement left our warehouse this afternoon, express, at our cost. Should
the first parcel appear after all, just refuse it at the door.
> It arrived this morning, well packed. Thanks for sorting that out without a fuss!
! Okay, thanks for looking into it. Just so you know, I will be home until six every day this week.
| Thank you. If it helps: the driver left a card last Tuesday, but with a house number that is not mine.
!! Perfect, that is all I needed to know. Have a good week!
== late 9 delivery
? Any news on order {order}?
? When will my {product} ship?
? Delivery time for {order}
? Still waiting...
> Your page said three to five days when I ordered the {product} on {date}. That was two weeks ago. Is there a
problem with order {order}?
| Could you tell me when {order} will leave? I am moving house at the end of the month and would like to have it
delivered before that.
| Just a short question: is the {product} in {color} delayed? My order still says "in preparation".
< Sorry for the silence. The {product} in {color} came in late from our supplier. Your order is packed and will
be collected tomorrow morning; you get the tracking number by mail.
> Great, tomorrow is fine. Can you leave it with the bakery on the ground floor if I am out?
< I have added that as a note for the driver.
! Thanks! Could you also send me the tracking number once there is one?
| All right. As long as it is here before the weekend I am happy.
!! Got it, thank you.
== damaged 8 damage,photo @wear
? {product} arrived damaged
? @wear Tear in a brand new {product}
? Order {order}: broken on arrival
? Photo of the damage ({order})
> The {product} from order {order} arrived today, and the box was open on one side. There is a tear about four
centimetres long next to the zip. Photo attached. I would like a replacement rather than my money back.
+photo
| @pack Unpacked my {product} this morning and one of the buckles is snapped clean in two. It cannot have happened in
my living room. What do you need from me?
+photo
| @pack I am sending two photos of the {product}: the coating is coming off in flakes, and that on the first day.
Quite disappointed, to be honest, the last one held for eight years.
+photo
+photo
< That should not leave our warehouse, I am sorry. The photos are enough, no need to send it back first. Do you
want the same {product} in {color} again, or the money?
> Same again please, in {color}, size {size}.
< Done. It goes out today, and there is a prepaid label for the damaged one in the box.
> Received, and this one is spotless. The old one went to the post office today.
! A replacement would be great. Same size, same colour please.
| Replacement please. Shall I send the damaged one back, or can it be repaired?
!! Wonderful, thanks a lot for being so uncomplicated about it.
== return 10 return @wear
? Return of order {order}
? How do I send something back?
? Return label for {order}
? Changed my mind about the {product}
> I would like to return the {product} from {order}. It is unworn with all the labels on, the cut is simply not
mine. There was no return label in the parcel, how do I get one?
| Two of the three things from {order} are staying, the {product} has to go back. Do I send it to the address on
the invoice? And who pays for postage?
| I am within the thirty days, I think: delivered on {date}. May I return the {product} even though I cut off
the hang tag? It has not been worn outdoors.
< Of course. The label is attached; it is valid for fourteen days at any parcel shop and costs you nothing. The
money goes back the way you paid as soon as we have checked the parcel, usually within five days.
+label
> Thanks. I dropped it off at the parcel shop in {city} this afternoon, receipt number {tracking}.
< It is here and in perfect condition. {amount} are on their way to you.
! Thanks, the label works. I will drop it off tomorrow on my way to work.
| Thank you. One more thing: can I put both returns in the same box?
!! Super, thanks for the fast help.
== refund 8 refund
? Refund for {order} still missing
? {amount} not on my account yet
? Re-sent: my refund
? Partial refund {order}
> I returned the {product} three weeks ago, you confirmed it arrived on {date}, and the {amount} still have not
reached my account. Could you check what went wrong?
| Your mail says {amount} were refunded for {order}, my bank says otherwise. I paid with a card that has expired
since. Could that be the reason?
| You refunded the goods but not the shipping for {order}. As I understand your terms you pay it back when the
whole order is returned, which it was.
< You are right, and I am sorry about the wait. The transfer was rejected on {date}. I have started it again for
{amount}; it takes two to three working days.
> Confirmed, the money is here. Thanks for following it up.
! Thank you. I will keep an eye on my account and write again if nothing has come by Friday.
| Thanks, that explains it. Do you need my bank details again?
!! The money is here. Thank you very much!
== invoice 8 invoice
? Invoice for order {order}
? VAT number missing on invoice
? Copy of invoice needed
? Wrong name on the invoice, {order}
> I need an invoice made out to {company} for order {order}. The one in the parcel has my private name on it,
and our accounts department will not take that.
| Could you please send the invoice for {order} as a PDF? The link in the confirmation mail ends at a page that
asks me to log in, and I ordered as a guest.
| Our VAT number is not on the invoice of {date}. Without it we cannot book the {amount}. Please correct it when
you have a moment, no rush before the end of the quarter.
< Here is the corrected invoice as a PDF. The old number is cancelled, please do not book both.
+invoice
> Thank you, that was quick. Accounts is happy, so am I.
! Thanks. Could you add our cost centre 4711-B as a reference, too? Then we are done.
| Received, thank you. Is it possible to get all invoices by mail automatically from now on?
!! Perfect, booked. Thank you.
== size 9 size @wear
? Which size for the {product}?
? {product}: does it run small?
? Between {size} and {size2}
? Sizing question before I order
> I am 178 cm and usually wear {size}, but reviews of the {product} say it runs small. I want to wear a fleece
underneath. Would you take {size} or {size2}?
| Is the {product} the same cut as last year's? I have that one in {size} and it fits perfectly, but the chart
on the page has changed.
| @shoes My feet are wide and my last pair of boots was a disaster. Is the {product} something for me, and in
which size? I measured 26.8 cm.
< I have the {product} here in front of me. With a thick layer I would take {size2}, it is
cut close. If it does not fit, exchange is free within thirty days.
> Then {size2} it is. Could you put one in {color} aside? I will order tonight.
< Put aside under your name until tomorrow evening.
! Good to know. And how exact is the chart on the page in general?
| Thanks! Do you have it in {color} as well, or only what is on the page?
!! Ordered. Thanks for measuring!
== warranty 7 warranty,photo @wear
? Warranty claim {product}
? @wear Zip broken after one season
? @shoes Sole coming off: {order}
? Is this covered by the guarantee?
> I bought the {product} from you in spring (order {order}). The main zip no longer closes, it opens again behind
the slider. I have used it on maybe ten weekends. Is that covered?
+photo
| @shoes The sole of my left shoe is coming off at the toe. They have seen one summer in the Alps and a lot of city. I
am attaching a photo. Can they be glued, or do you replace them?
+photo
| @mat The valve of the {product} leaks. I have patched camping mats before, this is not a puncture, the air escapes
around the plastic. Receipt attached, it is eleven months old.
+receipt
< That is covered. Please send it to our workshop, the label is attached. Repairs take about two weeks at the
moment; if it cannot be repaired you get a new one.
+label
> Sent off today. Will I be told when it arrives? I need it again by the end of next month.
< It is on the bench already and will be off to you tomorrow.
> Back and better than before. Please thank whoever did that.
! Thank you. Two weeks is fine. Should I clean it before I send it?
| Thanks! Is it all right if I cut off the old name tag before sending it in?
!! Will do. Thanks again, that is how a guarantee should work.
== address 5 delivery
? Please change the delivery address for {order}
? Wrong house number!
? New address, order {order}
> I made a mistake in the address of {order}: it should be {street}, {city}. Could you still change that before it
leaves?
| We have just moved. Please send {order} to {street} in {city}, and change my account as well, I cannot find
where to do it.
< Just in time: the parcel was packed but not collected. It now goes to {street}, {city}.
> Phew. Thank you so much!
! Thank you! And the invoice should show the new address, too, please.
!! Great, that is everything.
== quote 6 b2b,quote @wear
? Quote for {qty} x {product}
? Equipment for our youth group
? Request for quotation: {company}
? Bulk order for staff jackets
> We are planning to equip our guides for next season and would need {qty} {product} in mixed sizes, with our logo
on the left sleeve. What would be your price, and what is the delivery time? List of sizes attached.
+sizes
| I run the youth section of {company}. We need {qty} {product} before the summer camp. Do you offer a discount
for clubs, and can we pay on invoice?
< Gladly. For {qty} pieces I can offer fifteen percent on the list price, logo embroidery included from twenty
pieces on. Delivery four weeks after approval of the sample. The quotation is attached and valid until {later}.
+quote
> Thank you. The board would like to see a sample of the embroidery first. And is the same cut available for
women?
< A sample in {color} leaves today. And yes, the women's cut goes up to 46, same price.
> The sample is here and everybody likes it. Please go ahead with the {qty} pieces; two sizes have changed, see
the new list. Purchase order follows by post.
+sizes
< Confirmed, production starts on Monday. Your order number is {order}.
> Order number noted. Invoice to our accounts department as before, please.
! Thank you for the offer. I have to take it to the board on Thursday and will come back to you then.
| Thanks. What would it be for ten pieces more? Some of our volunteers want one, too.
!! Approved! Please send the order confirmation to this address.
== stock 6 product @wear
? {product} in {color}: back in stock?
? When do you restock {size}?
? Is the {product} discontinued?
> The {product} in {color}, size {size}, has been sold out for weeks. Will you get it again this season, or should
I take another colour?
| Your page lets me leave my address to be told when the {product} is back. I did so twice and heard nothing. Is
it coming back at all?
< The next delivery is announced for the week after {later}. I have put one in {size} aside for you; you will get
a mail with a payment link.
> That is brilliant service, thank you.
! I can wait that long. Please put one aside for me.
| Thanks. And is there anything similar you would recommend in the meantime?
!! Thank you, I will wait for your mail.
== wrong 6 wrong-item @wear
? Wrong item in my parcel
? {order}: you sent me someone else's order
? Size {size2} instead of {size}
> I ordered the {product} in {size} and got {size2}. The delivery note says {size}, the label inside says
otherwise. Can you send the right one soon? I need it for a trip on the 20th.
| There was a {other} in my parcel instead of the {product}. Lovely thing, but not mine. Somebody else is probably
wondering where it went. How do we do this?
+photo
< Sorry, that was us. The right one leaves today by express. Please put the wrong one in the same bag and use the
label attached, whenever it suits you.
+label
> Right one received. The other one is on its way back to you.
! Thank you! I will be at home on both days, so a parcel is fine any time.
!! It is here and it is the right one. All good!
== code 4 payment
? Code AUTUMN10 does not work
? Discount not applied to {order}
? Voucher refused at checkout
> I tried to use the code from your newsletter for the {product} and the shop says "not valid for this article".
There was nothing about exceptions in the mail. Could you take the ten percent off order {order} afterwards?
| The discount showed in the basket and was gone at the last step, and I only noticed when I had paid {amount}.
Can that be corrected for {order}?
< The code had the wrong end date in our system. I have taken ten percent off {order}; the difference is on its way
back to you.
> That was painless. Thank you!
! Thanks, that is kind. Do I need to do anything for the discount?
!! All settled, thank you!
== twice 3 payment
? Charged twice for {order}?
? {amount} debited two times
> My bank shows {amount} twice on {date}, but I only have one order, {order}. Was I charged twice? Statement
attached.
+csv
| I pressed "pay", got an error, pressed it again, and now I seem to have paid {amount} twice for one {product}.
< I have had a look: one of the two is only a reservation and falls away by itself within three days. If it is
still there on Friday, write to me and I will sort it out with the payment provider.
> It is gone today. Thanks for the explanation.
! Understood. I will wait until Friday then.
| All right. Is there a way to see on my side which of the two is the reservation?
!! It has disappeared, as you said. Thanks!
== wash 5 product @wear
? How do I wash the {product}?
? Re-waterproofing the {product}
? Water no longer beads off
> How often should I wash the {product}, and with what? The label only says thirty degrees. After a season in the
rain the water no longer beads off.
| My {product} soaks through at the shoulders after an hour of rain. It is two years old and has never been washed,
because I was afraid of ruining it. Was that wrong?
< Wash it twice a season with a liquid detergent, no softener, then tumble dry on low for twenty minutes: the
warmth brings the coating back. If water still soaks in after that, use a spray-on proofer while it is damp.
> That did the trick. It looks like new.
! Interesting, I had always been told never to tumble dry. How long at most?
!! Thank you, will try that on Sunday.
== flame 2 product @stove
? {product}: is this flame normal?
? Yellow flame at altitude
> Is it normal that the flame of the {product} is more yellow than blue at altitude? We were at about 2,400 metres.
Our little protocol is attached, my daughter is twelve and insisted.
+log
< What a careful protocol, please tell her so. Up there the mixture gets rich; open the air collar a quarter turn
and it should burn blue again. If it does not, send it to us and we will have a look.
> A quarter turn was exactly right. She would now like to work for you.
! I will pass that on. We are going up again in two weeks and will report.
!! Blue flame, happy daughter. Thank you!
== login 3 account
? Cannot log in any more
? Password mail never arrives
> The shop tells me my password is wrong, and the mail to reset it never arrives. I have looked in the spam folder.
The account should be on this address.
| Since the new design of your page I cannot log in. Private window, other browser, all tried. My order {order} must
be in there somewhere.
< I have reset it for you: you will get a link within a few minutes, valid for one hour. If it does not come,
your provider may be blocking us; then tell me another address.
> Link arrived, I am in. Thanks.
! Thanks, I will try it as soon as I am home.
!! Works now. Thank you!
== erase 2 account,privacy
? Please delete my account
? Data protection request
> Please delete my account and everything you store about me, and confirm it in writing. I do not want any more
catalogues, there are three people in this house who each get one.
| Under data protection law I ask you for a copy of everything you hold about me, in particular whom you passed my
address on to after order {order}.
< That is your right, and I have started it. You will have our written confirmation within a week; invoices we have
to keep for ten years, they are locked away from everything else.
> Confirmation received, thank you for being straightforward.
! Fine. I expect the confirmation within the legal period.
!! Received. That settles it.
== complaint 4 complaint @pack
? Very disappointed
? Third mail, no answer!!
? [URGENT] [/] {order}
> This is the third time I am writing about {order}. Twice I was promised somebody would call me back. Nobody has.
I want either the {product} or my {amount}, and I want it this week.
| I have been a customer since you opened, and I have never been treated like this on the phone. I was told my
{product} was "used too much". It is a backpack. I used it as a backpack.
< I have read the whole story, and you are right to be annoyed: two notes, no call. I am taking this over myself
until it is done. The {product} leaves today, and the {amount} for express shipping are on us.
> Thank you. That is the first answer that sounded like a person.
! Finally somebody reads what I write. All right, I will give you until the end of the week.
!! It has arrived. Thank you for taking care of it yourself.
== praise 3 praise
? Thank you!
? 900 km with your {product}
> No question, just a thank you: the {product} has now done 900 kilometres with me, most of it in the rain, and I
was the only one in our group with dry things. Please tell the person who advised me in the shop.
+photo
< What a lovely mail, it is hanging in the workshop now. May we use the photo on our page?
> Of course you may!
! How nice of you to answer. Greetings to the workshop!
"""
