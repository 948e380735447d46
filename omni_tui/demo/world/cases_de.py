"""Worüber deutschsprachige Kundschaft schreibt. The notation is described in ``script``."""

from __future__ import annotations

CASES = """
== lost 9 delivery
? Wo bleibt mein Paket {tracking}?
? Bestellung {order} nicht angekommen
? Sendung laut Verfolgung zugestellt, aber nicht da
> ich habe am {date} die {product} bestellt ({order}). Laut Sendungsverfolgung liegt das Paket seit sechs Tagen im
Verteilzentrum {city}. Können Sie bitte nachforschen, was da los ist?
| die Sendung {tracking} soll am {date} bei einem Nachbarn abgegeben worden sein. Wir haben im ganzen Haus gefragt,
niemand hat etwas angenommen. Eine Karte war auch nicht im Briefkasten.
| meine Bestellung {order} ist nun seit zwei Wochen unterwegs. Wir fahren am Freitag los, und ohne die {product}
wird das eine nasse Woche. Gibt es noch eine Chance?
< ich habe eine Nachforschung zu {tracking} gestellt. Die Antwort kommt in der Regel nach zwei Werktagen. Taucht
das Paket bis dahin nicht auf, schicken wir sofort Ersatz, Sie müssen nichts weiter tun.
> danke für die schnelle Antwort. Bisher ist leider nichts gekommen. Wie geht es jetzt weiter?
< das Paket gilt als verloren. Der Ersatz ist heute per Express raus und morgen bei Ihnen.
> ist heute angekommen, alles heil. Vielen Dank für Ihre Mühe!
! alles klar, danke. Ich bin diese Woche jeden Tag ab 16 Uhr zu Hause, falls das hilft.
| danke für die Rückmeldung. Der Paketbote hat wohl bei Hausnummer 14 geklingelt, wir wohnen in der 41.
!! wunderbar, dann warte ich ab. Schönen Feierabend!
== damaged 7 damage,photo @wear
? {product} beschädigt geliefert
? @wear Riss in der Naht, Bestellung {order}
? Reklamation: defekt angekommen
> heute kam die Bestellung {order} an. Leider ist an der Innenseite eine Naht auf etwa fünf Zentimetern offen, siehe
Foto. Ich hätte gern Ersatz, wenn das vor dem Wochenende noch klappt.
+photo
| @pack beim Auspacken ist mir gleich die Schnalle entgegengefallen. Der Karton war außen unversehrt, das muss also
schon vorher passiert sein. Was brauchen Sie von mir?
+photo
< das tut mir leid, so hätte das nicht rausgehen dürfen. Das Foto reicht uns. Möchten Sie Ersatz in {color} oder das
Geld zurück?
> bitte Ersatz in {color}, Größe {size}. Danke für die unkomplizierte Lösung.
< ist eingepackt und geht heute noch raus. Das Etikett für die Rücksendung liegt bei.
> der Ersatz ist da und einwandfrei. Die Rücksendung habe ich gestern aufgegeben.
! Ersatz wäre prima, gleiche Größe und gleiche Farbe bitte.
| lieber Ersatz als Geld zurück. Soll ich das defekte Teil vorher waschen?
!! super, danke! So macht Einkaufen Spaß.
== return 9 return @wear
? Rücksendung zu {order}
? Retourenetikett fehlt
? Umtausch {product}
? Widerruf Bestellung {order}
> ich möchte die {product} aus {order} zurückschicken, sie sitzt an den Schultern nicht. Im Paket lag kein Etikett.
Wie bekomme ich eins?
| hiermit widerrufe ich meine Bestellung {order} vom {date}. Die Ware ist ungetragen. Bitte teilen Sie mir mit,
wohin ich sie senden soll und wer das Porto trägt.
| kann ich die {product} gegen Größe {size2} tauschen, oder muss ich zurückschicken und neu bestellen? Größe {size}
ist mir an den Armen zu kurz.
< natürlich. Das Etikett hängt an, es gilt 14 Tage in jeder Annahmestelle und kostet Sie nichts.
+label
> vielen Dank. Das Paket ist heute in {city} aufgegeben worden, Einlieferungsnummer {tracking}.
< die Rücksendung ist da, {amount} sind zu Ihnen unterwegs.
> Geld ist eingegangen. Vielen Dank und bis zum nächsten Mal!
! danke, das Etikett hat funktioniert. Ich gebe das Paket morgen ab.
| danke! Darf ich zwei Rücksendungen in einen Karton packen?
!! bestens, vielen Dank.
== invoice 8 invoice
? Rechnung zu {order}
? Rechnung bitte auf {company} umschreiben
? USt-IdNr. fehlt auf der Rechnung
> für unsere Buchhaltung bräuchte ich die Rechnung zu {order} auf {company} ausgestellt. Im Moment steht mein
Privatname drauf. Ist das nachträglich möglich?
| auf der Rechnung vom {date} über {amount} fehlt unsere Umsatzsteuer-Identifikationsnummer. Könnten Sie die bitte
ergänzen und als PDF schicken? Bis zum Monatsende reicht.
< anbei die berichtigte Rechnung. Die alte Nummer ist storniert, bitte nicht beide buchen.
+invoice
> perfekt, vielen Dank für die schnelle Erledigung.
! danke! Könnten Sie noch unsere Kostenstelle 0815-K als Referenz aufnehmen? Dann passt alles.
!! angekommen und verbucht. Danke!
== size 8 size @wear
? Größenfrage {product}
? Fällt die {product} klein aus?
? {size} oder {size2}?
> ich schwanke bei der {product} zwischen {size} und {size2}. Ich bin 1,84 m, 79 kg, und möchte noch einen Fleece
drunter tragen. Was empfehlen Sie?
| laut Tabelle wäre ich {size}, in den Bewertungen steht aber, dass sie klein ausfällt. Haben Sie ein Stück da und
könnten die Rückenlänge messen?
< ich habe gerade nachgemessen: In {size2} sind es 74 cm. Mit Fleece darunter würde ich die nehmen. Umtausch ist bei
uns 30 Tage kostenlos.
> dann nehme ich {size2} in {color}. Danke fürs Messen!
! das hilft sehr, danke. Und wie sieht es mit der Ärmellänge aus?
| danke! Gibt es die auch in {color}?
!! prima, ist bestellt.
== refund 7 refund
? Rückzahlung {order} noch offen
? {amount} nicht erstattet
? Wo bleibt mein Geld?
> am {date} haben Sie den Eingang meiner Rücksendung bestätigt. Die {amount} sind bis heute nicht auf meinem Konto.
Können Sie das bitte prüfen?
| Sie haben mir die Ware erstattet, nicht aber die Versandkosten. Soweit ich weiß, gehören die bei einem
vollständigen Widerruf dazu.
< Sie haben recht, entschuldigen Sie. Die Überweisung ist zurückgekommen, ich habe sie heute neu angewiesen. In zwei
bis drei Werktagen sollte das Geld da sein.
> das Geld ist da. Danke fürs Nachhaken.
! danke, dann schaue ich am Freitag noch einmal nach.
| ah, das erklärt es, meine Bank hat gewechselt. Brauchen Sie die neue IBAN?
!! Geld ist eingegangen, vielen Dank!
== warranty 6 warranty,photo @wear
? Garantiefall, Bestellung {order}
? @wear Reißverschluss nach einer Saison defekt
? @shoes Sohle löst sich, Bestellung {order}
> bei meiner {product} (Bestellung {order}) läuft der Reißverschluss nicht mehr: Hinter dem Schieber geht er gleich
wieder auf. Gekauft im Frühjahr, getragen an vielleicht zehn Wochenenden. Ist das ein Garantiefall?
+photo
| @shoes an meinem linken Schuh löst sich vorn die Sohle. Lässt sich das bei Ihnen kleben, oder ist da nichts zu machen?
Beleg hängt an.
+receipt
< das fällt unter die Garantie. Bitte schicken Sie alles mit dem Etikett an unsere Werkstatt, derzeit dauert es etwa
zwei Wochen.
+label
> ist heute auf die Reise gegangen. Bekomme ich Bescheid, wenn das Paket ankommt?
< liegt schon auf der Werkbank und geht morgen wieder zu Ihnen.
> zurück und besser als vorher. Ein Gruß an die Werkstatt!
! zwei Wochen sind in Ordnung. Soll ich vorher alles reinigen?
!! mache ich. Danke, so stelle ich mir eine Garantie vor.
== quote 5 b2b,quote @wear
? Anfrage: {qty} Stück {product}
? Angebot für unsere Sektion
? Ausstattung für {company}
> für unsere Tourenleiter benötigen wir {qty} Stück {product} in verschiedenen Größen, mit Logo auf dem Ärmel. Was
kostet das, und wie lange dauert es? Die Größenliste hängt an.
+sizes
| wir sind ein Verein mit rund 300 Mitgliedern und möchten {qty} {product} für den Verleih anschaffen. Gibt es einen
Vereinsrabatt, und ist Zahlung auf Rechnung möglich?
< gern. Ab 20 Stück sind es 15 Prozent auf den Listenpreis, die Stickerei ist dann inbegriffen. Lieferzeit vier
Wochen nach Freigabe des Musters. Das Angebot hängt an.
+quote
> vielen Dank. Der Vorstand möchte vorab ein Muster sehen. Gibt es den Schnitt auch für Damen?
< das Muster geht heute raus, Damen gibt es bis Größe 46 zum selben Preis.
> das Muster gefällt allen. Bitte liefern Sie {qty} Stück, die geänderte Liste hängt an.
+sizes
< bestätigt, Ihre Auftragsnummer ist {order}. Produktionsbeginn ist Montag.
> danke, notiert. Rechnung bitte wie besprochen an die Geschäftsstelle.
! danke für das Angebot. Der Vorstand tagt am Donnerstag, danach melde ich mich.
| danke! Was würde es bei zehn Stück mehr kosten?
!! freigegeben! Die Auftragsbestätigung bitte an diese Adresse.
== wrong 5 wrong-item @wear
? Falscher Artikel im Paket
? {order}: Größe {size2} statt {size}
> bestellt hatte ich die {product} in {size}, gekommen ist {size2}. Auf dem Lieferschein steht es richtig, im Etikett
nicht. Schicken Sie mir bitte die richtige?
| in meinem Paket war eine {other} statt der {product}. Schönes Stück, aber nicht meins. Wie machen wir das?
+photo
< das waren wir, Entschuldigung. Die richtige geht heute per Express raus. Das falsche Teil schicken Sie bitte mit
dem Etikett zurück, wann es Ihnen passt.
+label
> jetzt ist die richtige da. Danke!
! danke, das ging fix. Ich bin an beiden Tagen zu Hause.
!! passt jetzt alles. Danke!
== stock 5 product @wear
? {product} in {color} wieder lieferbar?
? Wann kommt Größe {size}?
> die {product} ist in {color} seit Wochen ausverkauft. Kommt sie in dieser Saison noch einmal, oder soll ich eine
andere Farbe nehmen?
| ich habe mich schon zweimal für die Benachrichtigung eingetragen, aber nie etwas gehört. Gibt es die {product}
überhaupt noch?
< die nächste Lieferung ist für die Woche nach dem {later} angekündigt. Ich habe Ihnen eine in {size} zurückgelegt.
> das ist ja nett, vielen Dank!
! so lange kann ich warten. Legen Sie mir bitte eine zurück.
!! danke, dann warte ich auf Ihre Mail.
== address 4 delivery
? Lieferadresse ändern, {order}
? Falsche Hausnummer angegeben
> mir ist bei der Adresse von {order} ein Fehler passiert: Richtig ist {street}, {city}. Lässt sich das noch ändern?
| wir sind umgezogen. Bitte liefern Sie {order} an {street} in {city} und ändern Sie das auch im Kundenkonto.
< gerade noch rechtzeitig: Das Paket war gepackt, aber noch nicht abgeholt. Es geht nun an {street}, {city}.
> puh, danke!
! danke! Und die Rechnung bitte auch auf die neue Adresse.
!! super, das war alles.
== complaint 3 complaint
? Beschwerde
? Dritte Mail ohne Antwort!
> ich schreibe nun zum dritten Mal wegen {order}. Zweimal wurde mir ein Rückruf versprochen, gekommen ist keiner. Ich
möchte entweder die {product} oder meine {amount} zurück, und zwar diese Woche.
< ich habe alles nachgelesen und verstehe Ihren Ärger: zwei Notizen, kein Anruf. Ich kümmere mich jetzt selbst darum,
bis es erledigt ist. Die {product} geht heute raus, den Expressversand übernehmen wir.
> danke. Das war die erste Antwort, die nach einem Menschen klang.
! endlich liest das jemand. Gut, bis Ende der Woche warte ich noch.
!! ist angekommen. Danke, dass Sie sich selbst gekümmert haben.
"""
